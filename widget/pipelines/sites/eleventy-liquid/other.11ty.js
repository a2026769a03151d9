// A page in JavaScript, which calls the shortcode itself.
export default class {
  data() {
    return { title: "Other", missiveChat: { chat: { position: "bottom-left" }, visitor: { askName: false } } };
  }

  render(data) {
    return `<!doctype html>
<html lang="en">
  <head><title>${data.title}</title></head>
  <body>
    <h1>${data.title}</h1>
    <a href="/">Home</a> <a href="/same/">Same</a> <a href="/other/">Other</a>
    ${this.missiveChat(data.missiveChat)}
  </body>
</html>`;
  }
}
