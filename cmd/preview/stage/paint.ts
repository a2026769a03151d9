// Sets the style variables of a theme on the chat.

/** Style variables by their short names: for both schemes, or as each has them. */
export type Variables = Record<string, string | { light: string; dark: string }>;

/** As much of the chat's API as this needs. */
export interface Chat {
  setVariables(variables: Record<string, string>): void;
}

/**
 * Returns a function that sets variables on the chat. Without an argument it sets those of its last call once more, which may have come
 * before there was a chat.
 */
export function createPainter(chat: () => Chat | undefined): (variables?: Variables) => void {
  let last: Variables | undefined;
  return (variables = last) => {
    last = variables;
    if (!variables) return;
    chat()?.setVariables(Object.fromEntries(Object.entries(variables).map(([name, value]) => [name, toCss(value)])));
  };
}

/** One CSS value for both schemes, as the build makes it of a theme: of its two parts launcher.css lets one count. */
function toCss(value: Variables[string]): string {
  if (typeof value == "string") return value;
  const { light, dark } = value;
  return light == dark ? light : `var(--light,${light}) var(--dark,${dark})`;
}
