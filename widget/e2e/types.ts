// A page written in TypeScript, as its author would write it with missive.d.ts. It is never run: the type check is the test,
// and each @ts-expect-error is a mistake that the check must find.
export {};

window.MissiveChatConfig = {
  id: "acme",
  chat: {
    position: "bottom-left",
    hidden: true,
    variables: { "main-color": "rebeccapurple", width: "400px" },
  },
  support: { email: "hello@example.com" },
  user: { email: "jane@example.com", name: "Jane Doe", digest: "d78c55fe", avatarUrl: "https://www.example.com/jane.png" },
  visitor: { askName: false },
  meta: { plan: "free", seats: 3, trial: true },
  messages: { title: "Ask us", welcome: ["Hello!", "How are you?"], help: "What can we do?" },
  onReady() {
    window.MissiveChat.open();
  },
  onVisitorIdentified: ({ name, email }) => console.log(name.length, email.length),
  onChatStarted: (visitor) => console.log(visitor.name, visitor.email),
  onNewMessage: (body) => console.log(body.trim()),
  onOpen: () => {},
  onClose: () => {},
};

window.MissiveChatConfig = {};

MissiveChat.open();
MissiveChat.close();
MissiveChat.toggle();
const open: boolean = MissiveChat.isOpen();
console.log(open);
MissiveChat.showButton();
MissiveChat.hideButton();
MissiveChat.setUser({ email: "jane@example.com", name: "Jane Doe" });
MissiveChat.setUser(null);
MissiveChat.setMeta({ plan: "free" });
MissiveChat.addMeta({ seats: 3 });
MissiveChat.setVariables({ "main-color": "#000" });
MissiveChat.destroy();

// @ts-expect-error: a misspelt option
window.MissiveChatConfig = { chat: { postion: "bottom-left" } };
// @ts-expect-error: a value that is not allowed
window.MissiveChatConfig = { chat: { position: "top-left" } };
// @ts-expect-error: a style variable that does not exist
window.MissiveChatConfig = { chat: { variables: { "main-colour": "#000" } } };
// @ts-expect-error: the host can only be set in chat.yaml
window.MissiveChatConfig = { host: "https://chat.example.com" };
// @ts-expect-error: only the bubbles may be lists
window.MissiveChatConfig = { messages: { title: ["Ask", "us"] } };
// @ts-expect-error: meta is flat
window.MissiveChatConfig = { meta: { company: { name: "Acme" } } };
// @ts-expect-error: without an e-mail address nobody is identified
MissiveChat.setUser({ name: "Jane Doe" });
// @ts-expect-error: there is no such method
MissiveChat.reopen();
