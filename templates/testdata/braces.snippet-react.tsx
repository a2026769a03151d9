'use client';

// Missive Chat for React. Save this file as src/MissiveChat.tsx, and widget/missive.d.ts of the chat's source in src/.
// Put the component once into what all pages share, such as app/layout.tsx of Next.js:
//
//   <MissiveChat config={{ chat: { position: 'bottom-left' } }} />
//
// The chat goes when the component does. An id in the options is for another account of the same host. Functions are options like others,
// but with Next.js no server component may pass them, as a layout is one: a component of yours in a file with 'use client' can.
//
//   <MissiveChat config={{ onReady() { window.MissiveChat.open(); } }} />
//
import { useEffect, useRef } from 'react';

const host = 'https://example.com/a%7B%7B7%7D%7D%7B%25b%7Bc%7D%3C';
const account = 'a\u007b\u007b7\u007d\u007d\u007b%b%\u007d\u007b#c#\u007d\u003c?=d?\u003e\u0027e\\\u0027f"g`$\u007bh\u007d\u003c/script\u003e';

interface Props {
  /** Options as in window.MissiveChatConfig. Other options start the chat anew; functions may be others with each render. */
  config?: MissiveChatConfig;
}

export function MissiveChat({ config = {} }: Props) {
  const options = JSON.stringify(config);
  const live = useRef<MissiveChatConfig>({});

  useEffect(() => {
    const { id = account, ...others } = JSON.parse(options);
    live.current = window.MissiveChatConfig = { ...others, id };
    start(`${host}/${id}/missive.js`);
    return stop;
  }, [options]);

  // The chat looks up a function when it calls it, so that of the last render is called.
  useEffect(() => {
    const { onReady, onVisitorIdentified, onChatStarted, onNewMessage, onOpen, onClose } = config;
    Object.assign(live.current, { onReady, onVisitorIdentified, onChatStarted, onNewMessage, onOpen, onClose });
  });

  return null;
}

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
