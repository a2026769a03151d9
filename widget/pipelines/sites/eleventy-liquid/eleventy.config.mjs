import missiveChat from "./missive-chat.mjs";

export default function (eleventyConfig) {
  eleventyConfig.addShortcode("missiveChat", missiveChat);
}
