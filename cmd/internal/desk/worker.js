// The desk's service worker. Chrome on Android shows a page's notifications only through one, and a click on them comes here. It keeps
// nothing and answers no request: without a connection the desk is of no use.

"use strict";

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("notificationclick", (event) => {
  event.notification.close();
  event.waitUntil(lead(event.notification.data));
});

/** Leads to a conversation, or to the list: at the desk that had the focus last, else at a new one. */
async function lead(sid) {
  const { scope } = self.registration;
  // A desk's first visit isn't controlled. Where somebody has to sign in, nobody would listen.
  const windows = await self.clients.matchAll({ type: "window", includeUncontrolled: true });
  const desk = windows.find(({ url }) => url.replace(/#.*/, "") == scope);
  if (!desk) return self.clients.openWindow(scope + (sid && "#" + sid));
  desk.postMessage({ open: sid });
  return desk.focus();
}
