/** The version of the rules that judge evidence. Raised whenever the same evidence would be judged otherwise. */
export const RULES_VERSION = 1;
