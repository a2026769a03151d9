// Missive Chat for Eleventy with Liquid, and with templates in JavaScript. Save this file as missive-chat.mjs beside eleventy.config.js, and
// add the shortcode there:
//
//   import missiveChat from './missive-chat.mjs';
//   eleventyConfig.addShortcode('missiveChat', missiveChat);
//
// Call it at the end of the body in your layout, with the data missiveChat of the site and the page: in Liquid by its name twice, missiveChat
// missiveChat, between percent signs and braces; in JavaScript ${this.missiveChat(data.missiveChat)}.
// An id in them is for another account of the same host. "override:missiveChat: false" in front matter is for a page without the chat: merging,
// Eleventy would drop a false without the first word.
const host = 'https://chat.example.com';
const account = 'acme';

const attribute = (text) => String(text).replace(/[&"<>]/g, (c) => `&#${c.charCodeAt(0)};`);

export default function missiveChat(options = {}) {
  const id = (options && options.id) || account;
  return `<!-- Missive Chat -->
<script type="application/json" id="missive-chat-config" data-id="${attribute(id)}">
${JSON.stringify(options ?? {}).replace(/</g, '\\u003c')}
</script>
<script>
(function(d, w) {
  var block = Document.prototype.querySelector.call(d, 'script#missive-chat-config[type="application/json"]');
  function given(name) {
    return w[name] && !w[name].window && w[name];
  }

  var before = given('MissiveChatConfig') || {};
  var config = {};

  function merge(into, from) {
    Object.keys(Object(from)).forEach(function(key) {
      var value = from[key];
      var nested = value && typeof value == 'object' && !Array.isArray(value);
      into[key] = nested ? merge(Object.hasOwn(into, key) ? Object(into[key]) : {}, value) : value;
    });
    return into;
  }

  var options = JSON.parse(block.textContent);
  [].concat(options).forEach(function(set) { merge(config, set); });
  config.id = block.getAttribute('data-id');

  Object.keys(before).forEach(function(name) {
    if (typeof before[name] == 'function') config[name] = before[name];
  });

  var chat = given('MissiveChat');
  if (!chat || !chat.isOpen || !chat.isOpen.call) chat = null;
  if (chat && chat.id && (options === false || JSON.stringify(config) != JSON.stringify(before))) chat.destroy();
  if (options === false) return;
  w.MissiveChatConfig = config;

  if (!chat) {
    var m = w.MissiveChat = { q: [], isOpen: function() { return false; } };
    ('open close toggle showButton hideButton setUser ' +
     'setMeta addMeta setVariables destroy').split(' ').forEach(function(name) {
      m[name] = function() { m.q.push([name, arguments]); };
    });
  }
})(document, window);
</script>
${options === false ? '' : `<script async src="${attribute(`${host}/${encodeURIComponent(id)}`)}/missive.js"></script>`}
<!-- /Missive Chat -->`;
}
