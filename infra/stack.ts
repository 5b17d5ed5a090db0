/** Everything mailtls has on AWS, in the order a question travels. */
import { Annotations, Stack } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { CheckFunction } from './check-function.ts';
import type { DeployedSettings } from './context.ts';
import { EvidenceTable } from './evidence-table.ts';

/** Region and account stay those of whoever deploys: a stack that names them looks things up at synthesis. */
export class MailtlsStack extends Stack {
  readonly check: CheckFunction;
  readonly evidence: EvidenceTable;

  constructor(scope: Construct, id: string, deployed: DeployedSettings) {
    super(scope, id, { description: 'mailtls: is mail to a domain encrypted?' });
    this.evidence = new EvidenceTable(this, 'Evidence');
    this.check = new CheckFunction(this, 'Check', deployed);
    if (deployed.settings.MAILTLS_EHLO_NAME === '') {
      Annotations.of(this).addWarningV2(
        'mailtls:ehlo-name',
        'MAILTLS_EHLO_NAME is empty. On AWS a probe has no address of its own to name itself by: set it in ' +
          'cdk.json, context.settings, to a host name that resolves to the address the probes leave from.',
      );
    }
  }
}
