// A network between the browser and a server of this machine, by which every byte is on its way for half a round trip.

import { connect, createServer, type Server, type Socket } from "node:net";
import type { AddressInfo } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";

/** How long a connection takes before its first byte, in round trips: one for TCP, one for TLS 1.3. */
const handshakes = 2;

export class Distance {
  private readonly server: Server;

  /** Where the server seems to be; known once it listens. */
  url = "";

  /** The server's port, once it is known, and how long a round trip takes, in milliseconds. */
  constructor(
    private readonly port: () => number,
    private readonly roundTrip: number,
  ) {
    this.server = createServer((near) => this.pass(near));
  }

  async listen(): Promise<void> {
    await new Promise<void>((resolve) => this.server.listen(0, "127.0.0.1", resolve));
    this.url = `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  close(): void {
    this.server.close();
  }

  private pass(near: Socket): void {
    const far = connect(this.port(), "127.0.0.1");
    const open = Date.now() + handshakes * this.roundTrip;
    const carry = (from: Socket, to: Socket, opened = 0) => {
      let before = Promise.resolve();
      const arrive = (what: () => void) => {
        const due = Math.max(Date.now(), opened) + this.roundTrip / 2;
        before = before.then(() => sleep(Math.max(0, due - Date.now()))).then(what);
      };
      from.setNoDelay();
      from.on("data", (bytes) => arrive(() => to.write(bytes)));
      from.on("end", () => arrive(() => to.end()));
      from.on("error", () => to.destroy());
    };
    carry(near, far, open);
    carry(far, near);
  }
}
