'use client';

// Missive Chat for React. Save this file as src/MissiveChat.tsx, and widget/missive.d.ts of the chat's source in src/.
// Put the component once into what all pages share:
//
//   <MissiveChat config={{ chat: { position: 'bottom-left' }, onReady() { window.MissiveChat.open(); } }} />
//
// The chat goes when the component does.
import { useEffect, useRef } from 'react';

const id = 'a\u007b\u007b7\u007d\u007d\u007b%b%\u007d\u007b#c#\u007d\u003c?=d?\u003e\u0027e\\\u0027f"g`$\u007bh\u007d\u003c/script\u003e';
const source = 'https://example.com/a%7B%7B7%7D%7D%7B%25b%7Bc%7D%3C/a\u007b\u007b7\u007d\u007d\u007b%b%\u007d\u007b#c#\u007d\u003c?=d?\u003e\u0027e\\\u0027f"g`$\u007bh\u007d\u003c/script\u003e/missive.js';

interface Props {
  /** Options as in window.MissiveChatConfig. Other options start the chat anew; functions may be others with each render. */
  config?: MissiveChatConfig;
}

export function MissiveChat({ config = {} }: Props) {
  const options = JSON.stringify(config);
  const live = useRef<MissiveChatConfig>({});

  useEffect(() => {
    live.current = window.MissiveChatConfig = { ...JSON.parse(options), id };
    start();
    return stop;
  }, [options]);

  // The chat looks up a function when it calls it, so that of the last render is called.
  useEffect(() => {
    const { onReady, onVisitorIdentified, onChatStarted, onNewMessage, onOpen, onClose } = config;
    Object.assign(live.current, { onReady, onVisitorIdentified, onChatStarted, onNewMessage, onOpen, onClose });
  });

  return null;
}

let wanted = false;
let loading = false;

function start() {
  wanted = true;
  queueCalls();
  // One that is on its way finds the options that are set when it arrives.
  if (loading) return;
  loading = true;
  const script = document.createElement('script');
  script.async = true;
  script.src = trusted(source);
  script.onload = script.onerror = () => {
    loading = false;
    script.remove();
    if (!wanted) stop();
  };
  document.head.append(script);
}

/** Takes the chat off the page; one that is on its way, once it has arrived. */
function stop() {
  wanted = false;
  if (window.MissiveChat && 'id' in window.MissiveChat) window.MissiveChat.destroy();
}

/** Calls made before the script has arrived wait in a queue. */
function queueCalls() {
  if (window.MissiveChat) return;
  const q: unknown[] = [];
  const names = 'open close toggle showButton hideButton setUser ' +
    'setMeta addMeta setVariables destroy';
  const methods = names.split(' ').map((name) => [name, (...given: unknown[]) => void q.push([name, given])]);
  window.MissiveChat = { q, isOpen: () => false, ...Object.fromEntries(methods) };
}

/** An address as pages with Trusted Types take it, by the policy that the chat has for its other files. */
function trusted(url: string) {
  const types = (window as { trustedTypes?: any }).trustedTypes;
  if (!types) return url;
  types.missiveChat ??= types.createPolicy('missive-chat', { createScriptURL: (url: string) => url });
  return types.missiveChat.createScriptURL(url);
}
