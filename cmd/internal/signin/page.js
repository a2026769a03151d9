// The address of a conversation is behind #, which browsers keep for themselves: on the way to the provider it has to be said.
(() => {
  "use strict";
  const link = document.getElementById("provider");
  const conversation = location.hash.slice(1);
  if (link && /^CH[0-9a-f]{32}$/i.test(conversation)) link.href = "oidc?to=" + conversation;
})();
