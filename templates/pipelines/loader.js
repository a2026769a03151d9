// The inline script of the snippets for site generators, and of the pinned one. It is the same for all accounts and for all options,
// which stand beside it as JSON, so that a Content-Security-Policy can allow it by its hash. What the build writes has no comments:
// Hugo would take them out, and change the hash.
(function(d, w) {
  // Markup that visitors may write has ids and names, but no scripts: neither can take the place of the options, or of a method.
  var block = Document.prototype.querySelector.call(d, 'script#missive-chat-config[type="application/json"]');
  // A frame may have our names, too, and one of another site must not be asked for more than that it is one.
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

  // One set of options, or several: those of the page win over those of the site. Or false, on a page without the chat.
  var options = JSON.parse(block.textContent);
  [].concat(options).forEach(function(set) { merge(config, set); });
  config.id = block.getAttribute('data-id');

  // Functions can't stand in JSON: those that a script of the page has set stay.
  Object.keys(before).forEach(function(name) {
    if (typeof before[name] == 'function') config[name] = before[name];
  });

  // Where a click brings the next page without a load, as with Turbo or view transitions, the chat is still there.
  // It stays as it is, unless this page has other options: then it starts anew; or none: then it goes.
  var chat = given('MissiveChat');
  if (!chat || !chat.isOpen || !chat.isOpen.call) chat = null;
  if (chat && chat.id && (options === false || JSON.stringify(config) != JSON.stringify(before))) chat.destroy();
  if (options === false) return;
  w.MissiveChatConfig = config;

  // Calls made before the script has arrived wait in a queue.
  if (!chat) {
    var m = w.MissiveChat = { q: [], isOpen: function() { return false; } };
    ('open close toggle showButton hideButton setUser ' +
     'setMeta addMeta setVariables destroy').split(' ').forEach(function(name) {
      m[name] = function() { m.q.push([name, arguments]); };
    });
  }
})(document, window);
