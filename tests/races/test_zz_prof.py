import pytest
from tests.races.test_accepts import *
from tests.races import test_invitations as I, test_duels as D, test_counters as C, test_repeats as R, test_deadlines as L
@pytest.mark.parametrize("dropped", [("one_hold_per_graduate",)], indirect=True)
def test_zza(loose_stage):
    p=crowd(loose_stage,20,10); a=accept_all(p,"slow commit","graduate lock"); print("\nholders>1",sum(v>1 for v in holders().values()),"of 20; holds", sum(holders().values()))
@pytest.mark.parametrize("dropped", [("one_open_invitation",)], indirect=True)
def test_zzb(loose_stage):
    at=I.pairs(loose_stage,2,5); I.send(at,10,"slow commit","graduate lock"); print("\ninv", sorted(I.open_invitations().values()))
@pytest.mark.parametrize("dropped", D.UNGUARDED, indirect=True)
@pytest.mark.parametrize("duel", D.ONE_WINS+D.FIRST_WINS, ids=lambda d:d.__name__)
def test_zzc(loose_stage,duel):
    w,_,_=D.fight(loose_stage,duel,"all locks"); print("\n",duel.__name__,w,"broken",len(broken_chains()))
def test_zzd(stage):
    a=C.approve_all(stage,20,10,"slow commit","all locks"); print("\nnumbers",Counter(x.kind for l in a for x in l))
def test_zze(stage):
    a=race(C.spend,[["door"]*25]*8,off=["all locks"]); print("\nthrottle passed",[x.said for l in a for x in l].count("True"))
@pytest.mark.parametrize("dropped", [("one_receipt_per_key",)], indirect=True)
def test_zzf(loose_stage):
    race(R.submit,[R.forms(loose_stage,12)]*8,off=["slow commit","receipt first"]); print("\ncases for 12 keys",Case.objects.count())
