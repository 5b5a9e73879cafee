import { features, gossip, StreamsService } from '../adapters/protocol.js';

/** The version that clients take for the features they use; this server does what one of that version does for streams. */
const SERVER_VERSION = '23.10.0';

/** ServerFeatures/GetSupportedMethods: what this server answers to. */
export function supportedMethods(): InstanceType<typeof features.SupportedMethods> {
  const supported = new features.SupportedMethods();
  supported.setEventStoreServerVersion(SERVER_VERSION);
  for (const { path } of Object.values(StreamsService)) {
    const [, service = '', method = ''] = path.split('/');
    const one = new features.SupportedMethod();
    one.setServiceName(service.toLowerCase());
    one.setMethodName(method.toLowerCase());
    supported.addMethods(one);
  }
  return supported;
}

/** Gossip/Read: a cluster of one, which leads. */
export function clusterOfOne(address: string, port: number): InstanceType<typeof gossip.ClusterInfo> {
  const endPoint = new gossip.EndPoint();
  endPoint.setAddress(address);
  endPoint.setPort(port);
  const member = new gossip.MemberInfo();
  member.setState(gossip.MemberInfo.VNodeState.LEADER);
  member.setIsAlive(true);
  member.setHttpEndPoint(endPoint);
  const cluster = new gossip.ClusterInfo();
  cluster.addMembers(member);
  return cluster;
}
