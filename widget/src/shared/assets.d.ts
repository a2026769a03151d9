declare module "*.css" {
  const css: string;
  export default css;
}

declare module "*.svg" {
  /** The view box, then the data of each path. */
  const icon: string[];
  export default icon;
}

/** The account's setup: the argument of the bundled function, see cmd/internal/bundle. */
declare const SETUP: Record<string, any> & { id: string; host: string };

/** Names of the files that the launcher loads, in assets/. */
declare const WINDOW_FILE: string;
declare const CONNECTION_FILE: string;
declare const ATTENTION_FILE: string;
declare const PROOF_FILE: string;
declare const FAULTS_FILE: string;
declare const EARLY_FILE: string;
declare const THREAD_FILE: string;
/** "" when no account has connection.sdk: bundled. */
declare const SDK_FILE: string;

/** In a pinned launcher what its files have to be, by their names: values of integrity attributes. */
declare const INTEGRITY: Record<string, string> | false;
