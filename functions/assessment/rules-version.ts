/** Raised whenever the same evidence would be judged differently, so that stored reports can be told apart. */
export const RULES_VERSION = 3;
