// For tests that stand beside a page of the preview or the desk, where there is no node_modules to find Vitest in.
export * from "vitest";
