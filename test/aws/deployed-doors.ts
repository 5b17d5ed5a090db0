/**
 * The doors as a deployment has them: the assets and environments of a synthesised stack. What is known only once it
 * is deployed is filled in by whoever plays AWS.
 */
import { startFunction } from '../lambda/lambda-function.ts';
import type { LambdaFunction } from '../lambda/lambda-function.ts';
import { synthesise } from '../lambda/synthesis.ts';
import type { Context } from '../lambda/synthesis.ts';

type Texts = Readonly<Record<string, string>>;

/** How the functions of the template describe themselves. */
const DESCRIPTIONS = {
  http: 'Answers HTTP',
  slack: 'Answers Slack',
  check: 'Checks one domain',
  probe: 'Connects to one mail server',
} as const;
export type DoorName = keyof typeof DESCRIPTIONS;

export interface DeployedDoors {
  readonly timeoutSeconds: (door: DoorName) => number;
  /** Names and texts of the environment that the template has for a door, and names of what it leaves open. */
  readonly environment: (door: DoorName) => { readonly told: Texts; readonly open: readonly string[] };
  /**
   * @param later values of what the template leaves open; those it does not ask for are not given
   * @param around what Lambda and the machine put into every environment
   */
  readonly start: (
    door: DoorName,
    later: Texts,
    around: Texts,
    timeoutSeconds: number,
  ) => Promise<LambdaFunction>;
  readonly remove: () => Promise<void>;
}

export async function deployDoors(context: Context): Promise<DeployedDoors> {
  const { functionCode, remove } = await synthesise(context);
  const codeOf = (door: DoorName) => functionCode(DESCRIPTIONS[door]);
  return {
    remove,
    timeoutSeconds: (door) => codeOf(door).timeoutSeconds,
    environment(door) {
      const { environment: told, knownLater: open } = codeOf(door);
      return { told, open };
    },
    async start(door, later, around, timeoutSeconds) {
      const { knownLater, environment, ...code } = codeOf(door);
      const filled = knownLater.map((name) => {
        const value = later[name];
        if (value === undefined) throw new Error(`nobody here knows ${name}, which ${door} needs`);
        return [name, value] as const;
      });
      return startFunction({
        ...code,
        name: door,
        timeoutSeconds,
        environment: { ...environment, ...Object.fromEntries(filled), ...around },
      });
    },
  };
}
