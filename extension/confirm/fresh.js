/**
 * A page chooses when the extension's own window comes up, and might do so under
 * a click that the person meant for something else. So a click counts only on
 * what has been in sight for half a second.
 */
export const FRESH_MS = 500;

export class Fresh {
  #nextFrame;
  #changed;
  /** When what is in sight was first painted. */
  #since = Infinity;
  #turn = 0;

  /**
   * @param {(painted: (time: number) => void) => void} nextFrame as requestAnimationFrame, which waits while nothing is in sight
   * @param {(fresh: boolean) => void} changed hears at once that a view is fresh, and with its frame that it is in sight
   */
  constructor(nextFrame, changed) {
    this.#nextFrame = nextFrame;
    this.#changed = changed;
  }

  /** There is another view, or the window has come into sight. */
  begin() {
    const turn = ++this.#turn;
    this.#since = Infinity;
    this.#changed(true);
    this.#nextFrame((time) => {
      if (turn !== this.#turn) return;
      this.#since = time;
      this.#changed(false);
    });
  }

  /**
   * Whether a click came too soon to be an answer.
   * @param {number} time of the event, as its timeStamp
   */
  ignores(time) {
    return time < this.#since + FRESH_MS;
  }
}
