/** What the doctor can find of our own place on the network, as codes; worded in `presenters/doctor-wording.ts`. */

/** What an examination found. `well` false means that something should be done. */
export interface Examination {
  readonly subject: 'port-25' | 'interference' | 'dns' | 'dnssec' | 'https' | 'ehlo-name';
  readonly well: boolean;
  readonly code: ExaminationCode;
  readonly facts: Readonly<Record<string, string | number>>;
}

export type ExaminationCode =
  | 'port-25-open'
  | 'port-25-blocked'
  | 'port-25-doubtful'
  /** No canary's address could be looked up, or none was asked. */
  | 'port-25-unknown'
  | 'no-canaries'
  | 'policies-only'
  | 'canaries-unasked'
  | 'canaries-asked-long-ago'
  | 'record-unreadable'
  | 'nothing-interferes'
  | 'interferes'
  | 'interference-unknown'
  | 'resolver-answers'
  | 'resolver-fails'
  | 'dnssec-validated'
  | 'dnssec-not-validated'
  | 'dnssec-forgery-accepted'
  | 'dnssec-unknown'
  | 'https-open'
  | 'https-intercepted'
  | 'https-blocked'
  /** The host's address could not be looked up, so nothing was tried. */
  | 'https-unknown'
  | 'ehlo-name-resolves-back'
  | 'ehlo-name-not-set'
  | 'ehlo-name-without-address'
  | 'ehlo-name-elsewhere'
  | 'ehlo-name-does-not-resolve-back';
