import time
from tests.races.test_invitations import *
import tests.races.attempts as A
def nothing(x): return ""
def test_t(stage):
    t=time.time(); race(nothing,[list(range(500))]*10); print("barrier 500x10",time.time()-t)
    t=time.time(); at=pairs(stage,5,20); print("prep 100 pairs",time.time()-t)
    t=time.time(); send(at,10); print("100x10",time.time()-t)
    from django.test.utils import CaptureQueriesContext
    r=ready(at[:30])
    with CaptureQueriesContext(connection) as q:
        try: take(r[0])
        except Exception as e: print(type(e))
    print(len(q)); [print(x["time"],x["sql"][:110]) for x in q.captured_queries]
    import cProfile,pstats
    t=time.time()
    for x in r:
        try: take(x)
        except Exception: pass
    print("30 refused alone", time.time()-t)
    Case.objects.update(exclusive="")  
    with CaptureQueriesContext(connection) as q: take(r[3])
    print(len(q)); [print(x["time"],x["sql"][:110]) for x in q.captured_queries]
    t=time.time()
    for x in r[4:24]: take(x)
    print("20 done alone", time.time()-t)
