import { fileURLToPath } from "node:url";
import { defineConfig } from "@playwright/test";
import widget from "../playwright.config.ts";

const folder = fileURLToPath(new URL(".", import.meta.url));

// None of the widget's projects: those are folders of tests of their own.
export default defineConfig({ ...widget, projects: undefined, testDir: folder, outputDir: folder + "test-results", globalSetup: folder + "build.ts" });
