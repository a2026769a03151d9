import { MissiveChat } from "../../src/MissiveChat";

export default function Page() {
  return (
    <>
      <h1>French</h1>
      <MissiveChat config={{ id: "french" }} />
    </>
  );
}
