// Who is compared: the pages in peers/, and how a visitor opens the chat on them. Where a package ships a bundle, and its
// documentation embeds that, the page has the bundle; package.json leaves out what is in it already. Else build.ts makes one.

/** A page with a chat, and where on it a visitor finds what they need. Selectors reach into open shadow roots and frames of the same origin. */
export interface Contender {
  /** Name of its page. */
  id: string;
  /** How the table calls it. */
  name: string;
  /** The npm package whose version the table shows. */
  package?: string;
  /** What opens the chat; none where the chat is part of the page. */
  launcher?: string;
  /** Where the visitor types; none where there is no such field without the maker's cloud. */
  input?: string;
  /** The field shows, but takes no letter before the maker's cloud has answered. */
  waits?: true;
  /** What is there once the first message was accepted. Where this is given, sending it is measured, too. */
  sent?: string;
  /** What one must know to judge the figures. */
  note?: string;
}

export const empty: Contender = { id: "empty", name: "An empty page" };

export const missive: Contender = {
  id: "missive",
  name: "This chat",
  launcher: ".button",
  input: "textarea",
  sent: ".own:not(.pending)",
  note: "is set up without the form that asks visitors who they are; Twilio's SDK (`connection.sdk: bundled`) comes with the first message",
};

export const peers: Contender[] = [
  {
    id: "n8n",
    name: "n8n Chat",
    package: "@n8n/chat",
    launcher: ".chat-window-toggle",
    input: ".chat-inputs textarea",
  },
  {
    id: "deep-chat",
    name: "Deep Chat",
    package: "deep-chat",
    input: "#text-input",
    note: "is part of the page, without a button that opens it",
  },
  {
    id: "botpress",
    name: "Botpress Webchat",
    package: "@botpress/webchat",
    launcher: ".bpFabContainer",
    input: ".bpComposerInput",
    waits: true,
    note: "takes its styles from its cloud, and no letter before that has answered; measured until the field shows",
  },
  {
    id: "botframework",
    name: "Bot Framework Web Chat",
    package: "botframework-webchat",
    input: "[data-id=webchat-sendbox-input]",
    note: "is part of the page, without a button that opens it",
  },
  {
    id: "react-chat-widget",
    name: "React Chat Widget",
    package: "react-chat-widget",
    launcher: ".rcw-launcher",
    input: ".rcw-input",
    note: "brings no connection to anybody: that is up to the site",
  },
  {
    id: "papercups",
    name: "Papercups",
    package: "@papercups-io/chat-widget",
    note: "shows neither button nor window before its cloud has sent them in a frame; measured until it waits for them",
  },
  {
    id: "flex",
    name: "Twilio Flex WebChat",
    package: "@twilio/flex-webchat-ui",
    launcher: ".Twilio-EntryPoint",
    input: "input[name=friendlyName]",
    note: "carries Twilio's SDK from the start; measured until one can type into its form, as the message box waits for its cloud",
  },
];
