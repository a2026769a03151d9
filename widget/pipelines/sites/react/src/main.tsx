// A small app with pages of its own, in StrictMode, which mounts each component twice.
import { StrictMode, useState } from "react";
import { createRoot } from "react-dom/client";
import { MissiveChat } from "./MissiveChat";

const messages = { title: `</script><!-- It's {{ 7 }} & "more"` };
const pages: Record<string, MissiveChatConfig | undefined> = {
  Home: { visitor: { askEmail: false }, messages },
  Same: { visitor: { askEmail: false }, messages },
  Other: { visitor: { askEmail: false, askName: false }, messages, chat: { position: "bottom-left" } },
  None: undefined,
};

// @ts-expect-error a misspelt option is a mistake in TypeScript already
void (<MissiveChat config={{ chat: { postion: "bottom-left" } }} />);

function App() {
  const [title, setTitle] = useState("Home");
  const config = pages[title];
  return (
    <>
      <h1>{title}</h1>
      {Object.keys(pages).map((name) => (
        <a key={name} href={"#" + name} onClick={() => setTitle(name)}>{name}</a>
      ))}
      {config && <MissiveChat config={{ ...config, onOpen: () => { document.title = "Opened on " + title; } }} />}
    </>
  );
}

createRoot(document.getElementById("root")!).render(<StrictMode><App /></StrictMode>);
