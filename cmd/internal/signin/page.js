(() => {
  "use strict";

  // Other tabs of the desk hear of it, and see that nobody is signed in any more.
  if (location.search == "?out") {
    try {
      localStorage.setItem("missive-desk-signed-out", "" + Date.now());
    } catch {
      // Where storage is blocked they stay until they ask for something.
    }
  }

  // The address of a conversation is behind #, which browsers keep for themselves: on the way to the provider it has to be said.
  const link = document.getElementById("provider");
  const conversation = location.hash.slice(1);
  if (link && /^CH[0-9a-f]{32}$/i.test(conversation)) link.href = "oidc?to=" + conversation;
})();
