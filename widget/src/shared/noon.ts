/** The noon of the day, which all its times have in common. */
export function noon(time: number): number {
  return new Date(time).setHours(12, 0, 0, 0);
}
