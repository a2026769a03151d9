export default {
  title: "Site",
  url: "https://site.example",
  baseUrl: "/",
  trailingSlash: true,
  onBrokenLinks: "ignore",
  clientModules: ["./src/missive-chat.ts"],
  customFields: { missiveChat: { visitor: { askEmail: false }, messages: { title: `</script><!-- It's {{ 7 }} & "more"` } } },
  presets: [["classic", { docs: false, blog: false }]],
};
