let wanted = '';
let loading = '';

/** Brings the chat of this address onto the page, unless it is on its way: that one finds the options that are set when it arrives. */
function start(source: string) {
  wanted = source;
  queueCalls();
  if (loading) return;
  loading = source;
  const script = document.createElement('script');
  script.async = true;
  script.src = trusted(source);
  script.onload = script.onerror = () => {
    loading = '';
    script.remove();
    if (!wanted) stop();
    else if (wanted != source) start(wanted);
  };
  document.head.append(script);
}

/** Takes the chat off the page; one that is on its way, once it has arrived. */
function stop() {
  wanted = '';
  if (there() && window.MissiveChat && 'id' in window.MissiveChat) window.MissiveChat.destroy();
}

/** The chat or its queue, and not an element or a frame of the page that has its name. */
const there = () => !(window.MissiveChat as any)?.window && typeof window.MissiveChat?.isOpen == 'function';

/** Calls made before the script has arrived wait in a queue. */
function queueCalls() {
  if (there()) return;
  const q: unknown[] = [];
  const names = 'open close toggle showButton hideButton setUser ' +
    'setMeta addMeta setVariables destroy';
  const methods = names.split(' ').map((name) => [name, (...given: unknown[]) => void q.push([name, given])]);
  window.MissiveChat = { q, isOpen: () => false, ...Object.fromEntries(methods) };
}

/** An address as pages with Trusted Types take it, by the policy that the chat has for its other files: it makes addresses of these alone. */
function trusted(source: string) {
  const types = (window as { trustedTypes?: any }).trustedTypes;
  // Where the browser has none, it may be an element of that name.
  if (!types?.createPolicy?.call) return source;
  const folder = (url: string) => url.replace(/\/\w[^/\\]*$/, '');
  const own = folder(source);
  const ours = [own, folder(own) + '/assets', 'https://sdk.twilio.com/js/conversations/releases/3.0.0'];
  types.missiveChat ??= types.createPolicy('missive-chat', { createScriptURL: (url: string) => ours.includes(folder(url)) ? url : '' });
  const made = types.missiveChat.createScriptURL(source);
  // One that was made for another account takes this one's files alone where nothing is enforced, and needs no policy there.
  return String(made) ? made : source;
}
