export default defineNuxtConfig({ compatibilityDate: "2025-07-15", srcDir: ".", telemetry: false, app: { head: { title: "Site" } } });
