/** Style variables by their short names: for both schemes, or as each has them. */
export type Variables = Record<string, string | { light: string; dark: string }>;

/** What of the chat's API is needed. */
export interface Chat {
  setVariables(variables: Record<string, string>): void;
}

/**
 * Returns a function that puts the variables on the chat at once: those given, or without any the last ones that came
 * while there was no chat.
 */
export function paintOn(chat: () => Chat | undefined): (variables?: Variables) => void {
  let last: Variables | undefined;
  return (variables = last) => {
    last = variables;
    if (!variables) return;
    chat()?.setVariables(Object.fromEntries(Object.entries(variables).map(([name, value]) => [name, both(value)])));
  };
}

/** One CSS value for both schemes, as the build makes it of a theme: launcher.css keeps one part of it. */
function both(value: Variables[string]): string {
  if (typeof value == "string") return value;
  const { light, dark } = value;
  return light == dark ? light : `var(--light,${light}) var(--dark,${dark})`;
}
