import { fileURLToPath } from "node:url";
import { defineConfig } from "@playwright/test";
import widget from "../playwright.config.ts";

const folder = fileURLToPath(new URL(".", import.meta.url));

export default defineConfig({ ...widget, testDir: folder, outputDir: folder + "test-results", globalSetup: folder + "build.ts" });
