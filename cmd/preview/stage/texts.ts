// What is written on the stages: short or long texts, from left to right or from right to left.

import type { Message } from "../../../widget/src/shared/types";
import type { Config } from "../../../widget/src/shared/generated";

/** A message of the team, or of the visitor. */
interface Line {
  body: string;
  own?: boolean;
  /** Of who wrote it for the team. */
  name?: string;
}

export interface Texts {
  /** Of the team; "" for the account's. */
  name: string;
  visitor: { name: string; email: string };
  /** In place of the account's. */
  messages: Partial<Config["messages"]>;
  conversation: Line[];
  /** From the team. */
  unread: string[];
  /** From the visitor; it could not be sent. */
  failed: string;
}

const english: Texts = {
  name: "",
  visitor: { name: "Jane Doe", email: "jane@acme.example" },
  messages: {},
  conversation: [
    { own: true, body: "Hi! Will the blue mug be back?" },
    { body: "On Monday, fresh from the kiln 🎉", name: "Jo Miller" },
    { own: true, body: "I would like two of these:\nhttps://acme.example/mugs/blue" },
    { body: "With pleasure.", name: "Jo Miller" },
    { body: "They travel wrapped in wool. How it is done: https://acme.example/wool", name: "Jo Miller" },
    { own: true, body: "Lovely, thank you!" },
  ],
  unread: ["Your mugs are on their way.", "They should be with you on Thursday."],
  failed: "And a bowl, if there is one left?",
};

const longEnglish: Texts = {
  name: "Acme Pottery and Tableware, Customer Service and Repairs",
  visitor: { name: "Maximiliane-Alexandra Featherstonehaugh-Cholmondeley", email: "maximiliane-alexandra.featherstonehaugh-cholmondeley@pottery.acme.example" },
  messages: {
    title: "A question about an order, a return or a repair? Write to us",
    newMessages: "Several new messages from our customer service are waiting for you!",
  },
  conversation: [
    ...english.conversation.slice(0, 2),
    {
      own: true,
      body: "I am looking for the word Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft on a mug, and for a teapot that pours without a drop on the cloth, whatever one does to it.",
    },
    {
      body: "We can do that. All sizes, glazes and prices are on one page, please have a look before Friday:\nhttps://acme.example/tableware/mugs/with-words/custom-orders?language=german&word=donaudampfschifffahrt&glaze=blue",
      name: "Joan-Frederica Millerbridge-Whittlesworth of the Workshop",
    },
    { own: true, body: "Oh." },
  ],
  unread: english.unread,
  failed: "And a bowl, if there is one left that is large enough for a soup of beans, carrots and potatoes for eleven people who are all rather hungry after a day on the river?",
};

const arabic: Texts = {
  name: "خزف أكمي",
  visitor: { name: "ليلى حداد", email: "layla@acme.example" },
  messages: {
    welcome: "مرحبًا! 👋\n\nسيرد عليك الفريق في أقرب وقت ممكن.",
    help: "كيف يمكننا مساعدتك؟",
    identify: "عرّفنا بنفسك أولًا.",
    error: "عذرًا، تعذّر الاتصال بالدردشة. تحقّق من اتصالك بالإنترنت وحاول مرة أخرى.",
    title: "تحدّث معنا",
    online: "نحن متصلون",
    offline: "نحن غير متصلين",
    connecting: "جارٍ الاتصال…",
    chat: "رسالة…",
    newMessage: "رسالة جديدة!",
    newMessages: "رسائل جديدة!",
    oneWay: "رسائلك تصل إلينا، لكن هذا الاتصال لا يستطيع عرض إجاباتنا.",
    internet: "لا يمكن إرسال الرسائل دون اتصال.",
    identifyName: "الاسم",
    identifyEmail: "البريد الإلكتروني",
    identifySubmit: "إرسال",
    identifySkip: "تخطٍّ",
    identifyRequired: "حقل مطلوب",
    identifyThanks: "شكرًا",
    identifyConsent: "أوافق على سياسة الخصوصية وشروط الاستخدام لهذا الموقع.",
    identifyInvalid: "يرجى إدخال بريد إلكتروني صالح.",
    open: "افتح الدردشة",
    close: "أغلق الدردشة",
    send: "إرسال",
    sendAgain: "إعادة الإرسال",
    notSent: "لم تُرسل.",
    seen: "شوهدت",
    typing: "يكتب…",
    you: "أنت",
    older: "رسائل سابقة",
    branding: "بدعم من Missive Live Chat",
  },
  conversation: [
    { own: true, body: "مرحبًا! هل سيتوفر الكوب الأزرق مجددًا؟" },
    { body: "يوم الاثنين، طازجًا من الفرن 🎉", name: "سامي منصور" },
    { own: true, body: "أريد اثنين من هذا:\nhttps://acme.example/mugs/blue" },
    { body: "بكل سرور.", name: "سامي منصور" },
    { body: "نغلّفهما بالصوف. هكذا نفعل: https://acme.example/wool", name: "سامي منصور" },
    { own: true, body: "رائع، شكرًا!" },
  ],
  unread: ["أكوابك في الطريق إليك.", "ستصلك يوم الخميس."],
  failed: "وهل بقي وعاء واحد؟",
};

const longArabic: Texts = {
  ...arabic,
  name: "خزف أكمي وأدوات المائدة، خدمة العملاء والإصلاحات",
  visitor: { ...arabic.visitor, name: "ليلى عبد الرحمن بنت عبد العزيز آل حداد المقدسي" },
  messages: {
    ...arabic.messages,
    title: "هل لديك سؤال عن طلب أو إرجاع أو إصلاح؟ اكتب إلينا",
    newMessages: "لديك رسائل جديدة كثيرة من خدمة العملاء لدينا!",
  },
  conversation: [
    ...arabic.conversation.slice(0, 2),
    { own: true, body: "أبحث عن إبريق شاي يصبّ دون أن تسقط قطرة واحدة على غطاء المائدة، مهما فعلت به، وعن كوب كبير يكفي لصباح شتوي طويل." },
    {
      body: "يمكننا ذلك. كل الأحجام والألوان والأسعار في صفحة واحدة، نرجو إلقاء نظرة قبل يوم الجمعة:\nhttps://acme.example/tableware/teapots/without-a-drop/custom-orders?language=arabic&glaze=blue",
      name: "سامي عبد الكريم منصور النابلسي من ورشة الخزف",
    },
    { own: true, body: "حسنًا." },
  ],
  failed: "وهل بقي وعاء كبير يكفي لحساء من الفول والجزر والبطاطا لأحد عشر شخصًا جائعين جدًا بعد يوم على النهر؟",
};

export const texts = {
  ltr: { short: english, long: longEnglish },
  rtl: { short: arabic, long: longArabic },
};

/**
 * The lines as messages, always of the same minutes, so that pictures of them are the same. Past ones have been read, and the first
 * two are of yesterday, so that there are two days.
 */
export function toMessages(lines: Line[], past = false): Message[] {
  return lines.map((line, index) => {
    const time = new Date();
    if (past && index < 2) time.setDate(time.getDate() - 1);
    return { own: false, ...line, id: "stage" + line.body, index, past, time: time.setHours(9, 41 + index, 0, 0) };
  });
}
