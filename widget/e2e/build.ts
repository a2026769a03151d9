import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";

/** Where the site under test is built. */
export const dist = fileURLToPath(new URL(".site/", import.meta.url));

/** Builds the test accounts with the command that users run. */
export default function build(): void {
  const root = fileURLToPath(new URL("../..", import.meta.url));
  execFileSync("go", ["run", "./cmd/build", "-out", dist, "widget/e2e/chat.yaml"], { cwd: root, stdio: ["ignore", "ignore", "inherit"] });
}
