# Reject, challenge and silence reach everyone who joined, as an accept does.
   0       request A alice right id=1         -> check_password A
   0       request B alice right id=2         -> nothing
   1s      password challenge A 24=s          -> challenge A 24=s; challenge B 24=s; login challenge challenged 2
   2s      request C bob right id=3           -> check_password C
   2s      request D bob right id=4           -> nothing
   3s      password lost C                    -> login silent primary_unavailable 2
   4s      again D                            -> nothing
   5s      request E erin right id=5          -> check_password E
   5s      password ok E                      -> start_call E
   5s      request F erin right id=6          -> nothing
   6s      factor fraud E                     -> reject E; reject F; login reject fraud 2

calls 1
