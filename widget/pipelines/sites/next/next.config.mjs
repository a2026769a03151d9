/** A folder of static pages, as for any host. */
export default { output: "export", trailingSlash: true, distDir: "out", typescript: { ignoreBuildErrors: true } };
