import { defineConfig } from "astro/config";

// Small scripts stay files: a page with a Content-Security-Policy has no place for them.
export default defineConfig({ vite: { build: { assetsInlineLimit: 0 } } });
