/** The way out on port 25: one address, one port, nothing in. */
import { expect, test } from 'vitest';
import { EHLO, resourcesOf, short } from './stack-template.ts';

const EIP = 'eipalloc-0123456789abcdef0';

test('probes leave through one NAT gateway, from the address that was there beforehand', () => {
  const { of } = resourcesOf({ prober: 'vpc', elasticIpAllocation: EIP });
  expect(of('AWS::EC2::NatGateway').map(([, { AllocationId }]) => AllocationId)).toEqual([EIP]);
  expect(of('AWS::EC2::EIP')).toEqual([]);
});

test('an address that the stack makes stays when the stack goes, and is said', () => {
  const { of, template } = resourcesOf({ prober: 'vpc' });
  expect(Object.values(template.findResources('AWS::EC2::EIP'))).toMatchObject([
    { DeletionPolicy: 'Retain', UpdateReplacePolicy: 'Retain' },
  ]);
  expect(of('AWS::EC2::NatGateway').map(([, { AllocationId }]) => short(AllocationId))).toEqual([
    expect.stringMatching(/^ProbeNetworkAddress.*\.AllocationId$/),
  ]);
  expect(template.findOutputs('ProbeAddress')).toMatchObject({
    ProbeAddress: { Value: { Ref: expect.stringMatching(/^ProbeNetworkAddress/) } },
  });
});

const tcp = (FromPort: number) => ({ IpProtocol: 'tcp', FromPort, ToPort: FromPort });

test.each([
  ['false', EHLO, [{ ...tcp(25), CidrIp: '0.0.0.0/0' }]],
  [
    'true',
    EHLO,
    [
      { ...tcp(25), CidrIp: '0.0.0.0/0' },
      { ...tcp(25), CidrIpv6: '::/0' },
    ],
  ],
  ['false', { ...EHLO, MAILTLS_SMTP_PORT: '2525' }, [{ ...tcp(2525), CidrIp: '0.0.0.0/0' }]],
])(
  'the security group lets out to the port of mail servers and nothing else, ipv6 %s %j',
  (ipv6, settings, rules) => {
    const { of } = resourcesOf({ prober: 'vpc', ipv6 }, settings);
    const groups = of('AWS::EC2::SecurityGroup').map(([, properties]) => properties);
    expect(groups).toHaveLength(1);
    expect(groups[0]).not.toHaveProperty('SecurityGroupIngress');
    expect(
      groups[0]?.['SecurityGroupEgress'].map(({ Description, ...rule }: Record<string, unknown>) =>
        Description === '' ? {} : rule,
      ),
    ).toEqual(rules);
    expect(of('AWS::EC2::SecurityGroupEgress')).toEqual([]);
    expect(of('AWS::EC2::SecurityGroupIngress')).toEqual([]);
  },
);

test('only the probe function is in the network, in a subnet that nothing reaches from outside', () => {
  const { of } = resourcesOf({ prober: 'vpc' });
  const inside = of('AWS::Lambda::Function').filter(([, { VpcConfig }]) => VpcConfig !== undefined);
  expect(inside.map(([, { Description }]) => Description)).toEqual([
    'Connects to one mail server on port 25',
  ]);
  expect(short(inside[0]?.[1]['VpcConfig'])).toMatchObject({
    Ipv6AllowedForDualStack: false,
    SubnetIds: [expect.stringContaining('ProbeSubnet1')],
  });
  for (const [, { MapPublicIpOnLaunch }] of of('AWS::EC2::Subnet')) expect(MapPublicIpOnLaunch).toBe(false);
});

test('IPv6 goes out by an egress-only gateway where it is asked for, and not otherwise', () => {
  const dual = resourcesOf({ prober: 'vpc', ipv6: 'true' });
  expect(dual.of('AWS::EC2::EgressOnlyInternetGateway')).toHaveLength(1);
  expect(
    dual
      .of('AWS::EC2::Route')
      .filter(([, { EgressOnlyInternetGatewayId }]) => EgressOnlyInternetGatewayId !== undefined)
      .map(([, { DestinationIpv6CidrBlock }]) => DestinationIpv6CidrBlock),
  ).toEqual(['::/0']);
  const [probe] = dual.of('AWS::Lambda::Function').filter(([, { VpcConfig }]) => VpcConfig !== undefined);
  expect(probe?.[1]['VpcConfig'].Ipv6AllowedForDualStack).toBe(true);
  expect(resourcesOf({ prober: 'vpc' }).of('AWS::EC2::EgressOnlyInternetGateway')).toEqual([]);
});

test.each([
  [{}, undefined],
  [{ probeConcurrency: '20' }, 20],
])('concurrency is reserved for the probe only where it is asked for: %j', (deployment, reserved) => {
  const [probe] = resourcesOf({ prober: 'vpc', ...deployment })
    .of('AWS::Lambda::Function')
    .filter(([, { VpcConfig }]) => VpcConfig !== undefined);
  expect(probe?.[1]['ReservedConcurrentExecutions']).toBe(reserved);
});

test.each([
  ['90000', '75000', 90],
  ['20000', '5000', 20],
  ['2000', '1000', 16],
])(
  'of a check of %s ms a probe has %s ms, and %i s on Lambda to leave in order',
  (deadlineMs, probeMs, seconds) => {
    const [probe] = resourcesOf(
      { prober: 'vpc' },
      {
        ...EHLO,
        MAILTLS_DEADLINE_MS: deadlineMs,
      },
    )
      .of('AWS::Lambda::Function')
      .filter(([, { VpcConfig }]) => VpcConfig !== undefined);
    expect(probe?.[1]).toMatchObject({
      Timeout: seconds,
      Environment: { Variables: { MAILTLS_DEADLINE_MS: probeMs, MAILTLS_EHLO_NAME: 'probe.mail.example' } },
    });
  },
);

test.each([{}, { prober: 'agent', agentPrincipal: 'arn:aws:iam::123456789012:role/host' }])(
  'nothing of a network stands in a deployment without one: %j',
  (deployment) => {
    const { types } = resourcesOf(deployment);
    expect(types.filter((type) => type.startsWith('AWS::EC2::'))).toEqual([]);
    expect(types).toContain('AWS::Lambda::Function');
  },
);
