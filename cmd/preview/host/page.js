// The host page of the preview: what a site would write to talk to the chat, and the reload on save.
(() => {
  const { account } = document.currentScript.dataset;
  const find = selector => document.querySelector(selector);
  const say = text => { find('#said').textContent = text; };

  // The page's part of the setup, as in the snippet. Each callback tells that it was called, and with what.
  const told = name => (...args) => say(`${name}(${args.map(a => JSON.stringify(a)).join(', ')})`);
  window.MissiveChatConfig = { id: account };
  // Style variables that were saved are painted in place; before the chat is there they wait for it.
  let variables;
  const paint = () => variables && window.MissiveChat?.setVariables?.(variables);
  for (const name of ['onReady', 'onVisitorIdentified', 'onChatStarted', 'onNewMessage', 'onOpen', 'onClose'])
    window.MissiveChatConfig[name] = told(name);
  const { onReady } = window.MissiveChatConfig;
  window.MissiveChatConfig.onReady = () => {
    paint();
    onReady();
  };

  for (const button of document.querySelectorAll('[data-call]'))
    button.addEventListener('click', () => {
      const { call, argument } = button.dataset;
      window.MissiveChat[call](...argument ? [JSON.parse(argument)] : []);
    });
  find('#color')?.addEventListener('input', event =>
    window.MissiveChat.setVariables({ 'main-color': event.target.value }));
  find('#account')?.addEventListener('change', event => {
    location.search = new URLSearchParams({ account: event.target.value });
  });

  // The first event comes at once, then one for each build and each change of the style variables.
  const events = new EventSource('/preview.events?' + new URLSearchParams({ account: account ?? '' }));
  events.onmessage = ({ data }) => {
    const { build, problems, ...state } = JSON.parse(data);
    if (build !== document.documentElement.dataset.build) location.reload();
    ({ variables } = state);
    paint();
    show(problems ?? []);
  };
  events.onerror = () => say('The preview has stopped.');

  function show(problems) {
    const overlay = find('#problems');
    overlay.querySelector('ol').replaceChildren(...problems.map(({ file, line, column, path, message, hint }) => {
      const item = document.createElement('li');
      const add = (tag, text) => { if (text) item.appendChild(document.createElement(tag)).textContent = text; };
      add('code', [file, line, column].filter(Boolean).join(':'));
      add('p', [path, message].filter(Boolean).join(': '));
      add('small', hint && `hint: ${hint}`);
      return item;
    }));
    overlay.hidden = !problems.length;
    // Above all else where the browser has popovers; where it has none, it is what is last on the page.
    overlay.togglePopover?.(problems.length > 0);
  }
  find('#problems button').addEventListener('click', () => show([]));
})();
