import { TestEnvironment } from 'jest-environment-jsdom';

/** A browser's page as jsdom has it, with what Node has and jsdom has not. */
export default class extends TestEnvironment {
  async setup() {
    await super.setup();
    Object.assign(this.global, {
      AbortController,
      AbortSignal,
      fetch,
      Headers,
      Request,
      Response,
      TextDecoder,
      TextEncoder
    });
  }
}
