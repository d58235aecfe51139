/** Steps that follow one another. One that fails holds up no other. */
export class Turns {
  #last = Promise.resolve();

  /**
   * @param {() => Promise<void>} step
   * @returns {Promise<void>} as the step ends
   */
  take(step) {
    const turn = this.#last.then(step);
    this.#last = turn.catch(() => undefined);
    return turn;
  }
}
