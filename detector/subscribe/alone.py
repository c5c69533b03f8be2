"""How members of one name share the alert topic when only one of them may speak: one has all, the others stand by."""

from collections.abc import Mapping
from typing import Final

from aiokafka.cluster import ClusterMetadata
from aiokafka.coordinator.assignors.roundrobin import RoundRobinPartitionAssignor
from aiokafka.coordinator.protocol import ConsumerProtocolMemberAssignment, ConsumerProtocolMemberMetadata

Members = Mapping[str, ConsumerProtocolMemberMetadata]


class Alone(RoundRobinPartitionAssignor):  # type: ignore[misc] # aiokafka has no types
    """Everything to one member. What must be counted over all partitions needs no word between members then."""

    name = "alone"

    @classmethod
    def assign(cls, cluster: ClusterMetadata, members: Members) -> dict[str, ConsumerProtocolMemberAssignment]:
        """The member whose name sorts first has all partitions."""
        first = min(members)
        nothing = ConsumerProtocolMemberAssignment(cls.version, [], b"")
        everything: dict[str, ConsumerProtocolMemberAssignment] = super().assign(cluster, {first: members[first]})
        return dict.fromkeys(members, nothing) | everything


SHARED: Final = (RoundRobinPartitionAssignor,)
ALONE: Final = (Alone, RoundRobinPartitionAssignor)
"""Members of a release before this one can share only; while there are some, all do."""
