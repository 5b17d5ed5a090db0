/** What the listeners are given by the door they are behind: Socket Mode on one machine, a function on AWS. */
import type { AssessedHeaders, AssessedSending } from '../check-headers.ts';
import type { DomainAnswers } from '../answers/domain-answers.ts';
import type { SenderName } from '../environment.ts';
import type { StoreFailed } from '../store/failure-log.ts';
import type { Once } from '../store/once.ts';
import type { RecentDomains } from '../store/recent-domains.ts';
import type { StoreFailure } from '../store/stored.ts';
import type { Subscribers, Waiting } from '../store/subscribers.ts';
import type { FileTask } from './file-task.ts';
import type { SlackCallFailed, SlackCalls } from './slack-calls.ts';

export interface SlackDoor {
  readonly answers: DomainAnswers;
  readonly subscribers: Subscribers;
  readonly recent: RecentDomains;
  readonly once: Once;
  readonly calls: SlackCalls;
  /** Judges pasted headers, a message, or a sending configuration: bytes in, one result a message out. */
  readonly checkHeaders: (input: Uint8Array) => Promise<readonly (AssessedHeaders | AssessedSending)[]>;
  /** Has a file read outside the request. @returns false when nobody will */
  readonly handOffFile: (task: FileTask) => Promise<boolean>;
  /** Writes down who waits, and has the answer about a domain brought after so many seconds. */
  readonly bringLater: (domain: string, waiting: Waiting, delaySeconds: number) => Promise<void>;
  /** Sees to it that whoever waits for the domain is told if its check never comes to an end. */
  readonly minds: (domain: string) => void;
  /** Who sends our mail; empty: nobody said. */
  readonly sender: SenderName | '';
  /** The page of a domain, or of null, where the pages begin; null: there is none that people in Slack can open. */
  readonly pageUrl: (domain: string | null) => string | null;
  /** Slack gives up after three seconds; a reply is made by then, with what there is. */
  readonly replyWithinMs: number;
  /**
   * The same for an event, whose reply says no more than that it came: its answer is a post of its own. Where that
   * has to be made before the reply, it may be late: Slack sends the event again, which is known by its id.
   */
  readonly eventWithinMs: number;
  /** What a process does once it has replied: on AWS nothing, so all that matters comes before. */
  readonly afterReply: 'goes-on' | 'frozen';
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly failed: (operation: string, failure: StoreFailure) => void;
  readonly log: (entry: SlackLog) => void;
}

export type SlackLog =
  | SlackCallFailed
  | StoreFailed
  /** A reply was due before the work for it was done. */
  | { readonly event: 'slack-late'; readonly surface: string }
  /** A mistake of this program. `detail` has where it happened, and nothing of what it happened to. */
  | { readonly event: 'slack-mistake'; readonly surface: string; readonly detail: string }
  /** What Bolt says, with what it says it about taken out. */
  | { readonly event: 'slack-library'; readonly severity: 'warn' | 'error'; readonly text: string };
