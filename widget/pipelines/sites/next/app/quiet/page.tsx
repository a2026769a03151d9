import { Chat } from "./chat";

export default function Page() {
  return (
    <>
      <h1>Quiet</h1>
      <Chat />
    </>
  );
}
