import { MissiveChat } from "../../src/MissiveChat";

const messages = { title: `</script><!-- It's {{ 7 }} & "more"` };

export default function Page() {
  return (
    <>
      <h1>Other</h1>
      <MissiveChat config={{ visitor: { askEmail: false, askName: false }, messages, chat: { position: "bottom-left" } }} />
    </>
  );
}
