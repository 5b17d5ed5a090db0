/** Secrets Manager, as far as reading a secret goes. Source: its API reference, GetSecretValue. */
import { awsError } from './aws-services.ts';
import type { AwsService } from './aws-services.ts';

/** @param secrets the text of each, by name; what is changed in it is what is read next */
export function secretsService(secrets: Map<string, string>): AwsService {
  return ({ operation, body }) => {
    if (operation !== 'secretsmanager.GetSecretValue') return null;
    const name = String(body['SecretId']);
    const text = secrets.get(name);
    return Promise.resolve(
      text === undefined
        ? awsError(400, 'ResourceNotFoundException', "Secrets Manager can't find the specified secret.")
        : { ok: true, body: { Name: name, SecretString: text, VersionId: 'v1' } },
    );
  };
}
