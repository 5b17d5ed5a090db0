/**
 * The way out on port 25, and no other way. AWS drops outgoing port 25 of functions; it lets it pass, on request, for
 * an address that it knows: that of one NAT gateway. Mail servers know us by that address too, by the name it
 * resolves back to (RFC 1912 section 2.1), so it is made beforehand or outlives the stack.
 */
import { CfnOutput, RemovalPolicy, Validations } from 'aws-cdk-lib';
import {
  CfnEIP,
  type IVpc,
  IpAddresses,
  IpProtocol,
  NatProvider,
  Peer,
  Port,
  SecurityGroup,
  SubnetType,
  Vpc,
} from 'aws-cdk-lib/aws-ec2';
import { Construct } from 'constructs';

export interface ProbeNetworkProps {
  /** `eipalloc-…`; empty: an address is made. */
  readonly elasticIpAllocation: string;
  readonly ipv6: boolean;
  readonly smtpPort: number;
}

export class ProbeNetwork extends Construct {
  readonly vpc: IVpc;
  readonly securityGroup: SecurityGroup;
  readonly subnets = { subnetType: SubnetType.PRIVATE_WITH_EGRESS } as const;

  constructor(scope: Construct, id: string, { elasticIpAllocation, ipv6, smtpPort }: ProbeNetworkProps) {
    super(scope, id);
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- a Vpc is an IVpc; the library's types differ on undefined
    this.vpc = new Vpc(this, 'Vpc', {
      // One address means one NAT gateway and so one zone; a second zone would reach it across the first.
      maxAzs: 1,
      natGateways: 1,
      natGatewayProvider: NatProvider.gateway({
        eipAllocationIds: [elasticIpAllocation === '' ? this.#newAddress() : elasticIpAllocation],
      }),
      ipAddresses: IpAddresses.cidr('10.25.0.0/24'),
      subnetConfiguration: [
        { name: 'Nat', subnetType: SubnetType.PUBLIC, cidrMask: 28, mapPublicIpOnLaunch: false },
        { name: 'Probe', subnetType: SubnetType.PRIVATE_WITH_EGRESS, cidrMask: 26 },
      ],
      ...(ipv6 ? { ipProtocol: IpProtocol.DUAL_STACK } : {}),
      // It would take a function with rights over security groups to empty one that nothing is in.
      restrictDefaultSecurityGroup: false,
    }) as IVpc;
    Validations.of(this.vpc).acknowledge({
      id: 'AwsSolutions-VPC7',
      reason:
        'The one function in here records every connection it makes, with far more than a flow log holds, and nothing can be reached from outside. Flow logs would be a second list of whom we asked, kept elsewhere.',
    });
    this.securityGroup = new SecurityGroup(this, 'SecurityGroup', {
      vpc: this.vpc,
      description: 'Out to mail servers, and nothing else',
      allowAllOutbound: false,
      allowAllIpv6Outbound: false,
    });
    const port = Port.tcp(smtpPort);
    this.securityGroup.addEgressRule(Peer.anyIpv4(), port, 'SMTP to mail servers');
    if (ipv6) this.securityGroup.addEgressRule(Peer.anyIpv6(), port, 'SMTP to mail servers over IPv6');
  }

  #newAddress(): string {
    const address = new CfnEIP(this, 'Address', { domain: 'vpc' });
    // AWS has let this very address out on port 25, and its name stands in our DNS.
    address.applyRemovalPolicy(RemovalPolicy.RETAIN);
    new CfnOutput(this, 'ProbeAddress', {
      key: 'ProbeAddress',
      description: 'Probes leave from this address: ask AWS to let it out on port 25, give it a PTR record',
      value: address.ref,
    });
    return address.attrAllocationId;
  }
}
