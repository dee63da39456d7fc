import time
from tests.races.test_accepts import *
def test_t(stage):
    t=time.time(); people=crowd(stage,200,10); t1=time.time(); a=acceptances(people); t2=time.time()
    ans=race(take,a,ready=ready); t3=time.time(); broken_chains(); t4=time.time()
    print("crowd",t1-t,"acc",t2-t1,"race",t3-t2,"chains",t4-t3)
    from django.db import connection, reset_queries
    from django.test.utils import CaptureQueriesContext
    stage.graduate
    c=crowd(Cast.__new__(type(stage)),1,1) if 0 else None
    import cProfile,pstats
    r=ready(a[0][:50]) 
    with CaptureQueriesContext(connection) as q:
        try: take(r[0])
        except Exception as e: print(type(e))
    print(len(q)); [print(x["time"],x["sql"][:110]) for x in q.captured_queries]
    p=cProfile.Profile(); p.enable(); t=time.time()
    for x in r:
        try: take(x)
        except Exception: pass
    p.disable(); print("50 refused", time.time()-t); pstats.Stats(p).sort_stats("tottime").print_stats(25)
