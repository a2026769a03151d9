import type { Config } from "../shared/generated";
import type { State } from "../shared/types";
import type { Bubble } from "./bubble-list";
import type { Visitor } from "./visitor";

/**
 * What the thread shows: the greeting, the question who the visitor is while it is due and, having been
 * answered in this visit, with its thanks; then the messages; and when the service can't be reached, that and other ways.
 */
export function bubbles({ chat, messages, support }: Config, { messages: said, failed, oneWay, older, seen, typing }: State, visitor: Visitor, answered: boolean, again: (id: string) => void): Bubble[] {
  const team = { name: chat.name || messages.title, named: chat.showNames, avatarUrl: chat.showAvatars ? chat.avatarUrl : undefined };
  const configured = (key: string, texts: string | string[]) =>
    [texts].flat().flatMap<Bubble>((text, i) => (text ? { ...team, key: key + i, text, trusted: true } : []));
  const { due, now: me } = visitor;
  const ways = [
    support.email && `{{ link:mailto:${support.email} ${support.email} }}`,
    support.phone && `{{ link:tel:${support.phone.replace(/[^+\d]/g, "")} ${support.phone} }}`,
  ];
  // Under the last of the visitor's messages that the team has read.
  const lastSeen = said.findLast(({ own, index = Infinity }) => own && index >= 0 && index <= seen)?.id;
  return [
    ...(older ? [] : configured("welcome", messages.welcome)),
    ...(due || answered ? configured("identify", messages.identify) : []),
    ...(answered && !due ? configured("thanks", messages.identifyThanks) : []),
    ...(due ? [] : configured("help", messages.help)),
    ...said.map<Bubble>(({ id, body, own, time, state, name, avatarUrl }) => ({
      ...(own ? { name: me.name || me.email, avatarUrl: (chat.showAvatars && me.avatarUrl) || undefined } : team),
      ...(name && { name }),
      ...(avatarUrl && chat.showAvatars && { avatarUrl }),
      key: id,
      text: body,
      own,
      time,
      pending: !!state,
      seen: id == lastSeen ? messages.seen : "",
      failed:
        state == "failed" || (state && failed) ? { text: messages.notSent, action: messages.sendAgain, again: () => again(id) } : undefined,
    })),
    ...(typing ? configured("typing", messages.typing) : []),
    ...(failed ? configured("error", messages.error) : oneWay ? configured("one-way", messages.oneWay) : []),
    ...(failed || oneWay ? configured("support", ways.filter(Boolean).join("\n")) : []),
  ];
}
