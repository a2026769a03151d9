// The browser's notifications. They come from the desk's service worker: so they are there on Android, too, and outlast the page.

export interface Notices {
  /** One for each tag: a later one takes the place of the one before. */
  show(tag: string, heading: string, body: string): void;
  /** Takes away those with other tags. */
  keep(wanted: (tag: string) => boolean): void;
}

/** `open` hears the tag of one that somebody has clicked. */
export function createNotices(open: (tag: string) => void): Notices {
  const worker = findWorker();
  let registered: Promise<ServiceWorkerRegistration> | undefined;
  /** What the page has shown itself, by tag. */
  const own = new Map<string, Notification>();
  /** One after the other, so that none comes after it was taken away. */
  let queue = Promise.resolve();

  worker?.addEventListener("message", ({ data }) => open(data.open));

  /** With the first notification, as most pages never show one. */
  function register(from: ServiceWorkerContainer): Promise<ServiceWorkerRegistration> {
    registered ??= from.register("worker.js").then(() => from.ready);
    registered.catch(() => (registered = undefined));
    return registered;
  }

  /** Where there is no worker, as in private windows of Firefox. */
  function showOwn(heading: string, options: NotificationOptions & { tag: string }): void {
    try {
      const notification = new Notification(heading, options);
      own.set(options.tag, notification);
      notification.onclick = () => {
        focus();
        open(options.tag);
        notification.close();
      };
    } catch {
      // A browser that lets none but a worker show them.
    }
  }

  function after(work: () => Promise<void>): void {
    queue = queue.then(work).catch(() => {});
  }

  return {
    show(tag, heading, body) {
      // Safari tells no tag.
      const options = { tag, data: tag, body, icon: "icon-192.png" };
      if (!worker) return showOwn(heading, options);
      after(() =>
        register(worker)
          .then((registration) => registration.showNotification(heading, options))
          .catch(() => showOwn(heading, options)),
      );
    },
    keep(wanted) {
      for (const [tag, notification] of own)
        if (!wanted(tag)) {
          notification.close();
          own.delete(tag);
        }
      // An earlier page may have left some.
      if (worker)
        after(async () => {
          const registration = await worker.getRegistration();
          for (const notification of (await registration?.getNotifications()) ?? []) if (!wanted(notification.data)) notification.close();
        });
    },
  };
}

/** Where the browser lets a site keep nothing, asking is an error. */
function findWorker(): ServiceWorkerContainer | undefined {
  try {
    return navigator.serviceWorker;
  } catch {
    return;
  }
}
